"""Print one named code block of the README, so that the gate runs exactly what a newcomer is told to."""

import re
import sys
from pathlib import Path

text = (Path(__file__).parent.parent / "README.md").read_text()
(block,) = re.findall(rf"^```sh {sys.argv[1]}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
print(block, end="")
