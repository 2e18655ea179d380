"""What the README tells people to type, typed."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import unittest

from daemon import PIM, ROOT, free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.M | re.S)


class Readme(unittest.TestCase):
    def test_three_daemons_by_hand(self):
        (block,) = blocks("sh")
        build, script = block.split("\n", 1)
        self.assertTrue(build.startswith("make build && "))
        with tempfile.TemporaryDirectory() as home:
            replaced = {"/tmp/mesh": home} | {port: str(free_port()) for port in ("9201", "9202", "9203")}
            for written, used in replaced.items():
                self.assertIn(written, script)
                script = script.replace(written, used)
            # A reader is slower than this shell: by the time of the next line the message has arrived.
            send = re.search(r"^pim messages send .*$", script, re.M).group()
            arrived = 'until pim messages history --socket a.sock b | grep -q delivered; do sleep 0.1; done'
            script = script.replace(send, f"{send}\n{arrived}")
            stop = script.splitlines()[-1]
            self.assertIn("pim down", stop)
            environment = os.environ | {"PATH": f"{PIM.parent}:{os.environ['PATH']}"}
            try:
                result = subprocess.run(
                    ["bash"], input=script, env=environment, text=True, capture_output=True, timeout=60)
            finally:
                subprocess.run(["bash", "-c", stop], cwd=home, env=environment, capture_output=True, timeout=30)
        self.assertEqual((result.returncode, result.stderr), (0, ""), result.stdout)
        self.assertRegex(result.stdout, r"(?m)^\S+ \S+  from \S+  hello through r$")
        self.assertRegex(result.stdout, r"(?m)^\S+ \S+  to \S+  \[delivered\]  hello through r$")

    def test_the_plugin_is_the_one_in_examples(self):
        example = ROOT / "Examples/HelloDaemon"
        self.assertEqual(
            blocks("swift"), [(example / name).read_text(encoding="utf-8") for name in ("HelloPlugin.swift", "main.swift")])


if __name__ == "__main__":
    unittest.main()
