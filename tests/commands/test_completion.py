"""Tab is pressed in real shells."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from syncer.command_line.arguments import FORMATS, SHELLS, parser
from syncer.command_line.completion import completion

# bash calls the function that was registered with the words so far, as Tab does.
BASH = """\
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(( $# - 1 ))
$(complete -p okr-sync | sed 's/.*-F \\([^ ]*\\) .*/\\1/') okr-sync "${@: -1}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
FISH = 'source $argv[1]; complete -C "$argv[2]"'
# The prompt is a terminal's: only there does zsh complete.
ZSH = """\
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; eval \\"\\$(<$1)\\"; print rea'dy'"
zpty -r shell seen '*ready*'
zpty -w -n shell $'okr-sync statu\\t--fail\\t'
zpty -r shell seen '*fail-stale*'
"""
TYPED = {
    "okr-sync stat": {"status"},
    "okr-sync sta": {"status"},
    "okr-sync store b": {"backup"},
    "okr-sync status --fa": {"--fail-stale"},
    "okr-sync explain --state d": {"done", "dropped"},
    "okr-sync report --format p": {"pptx"},
    "okr-sync --okrs we": {"web.yaml"},
    "okr-sync checkin --from we": {"week.csv"},
    "okr-sync sync --log-format j": {"json"},
}


@pytest.fixture
def script(tmp_path):
    """Give what writes a shell's script into a folder with some files, where there is the shell."""

    def written(shell):
        if shutil.which(shell) is None:
            pytest.skip(f"no {shell} on this machine")
        path = tmp_path / f"okr-sync.{shell}"
        path.write_text(completion(parser(), shell, FORMATS))
        for name in ("web.yaml", "week.csv", "well.txt"):
            (tmp_path / name).touch()
        return str(path)

    return written


def proposed(*command, cwd):
    """The proposals that a shell printed, a line each; what fish says of one is behind a tab."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=180, check=True)
    assert done.stderr == ""
    return {line.partition("\t")[0].strip() for line in done.stdout.splitlines()}


@pytest.mark.parametrize("line", TYPED)
def test_bash_completes(script, tmp_path, line):
    """Commands, options, states, formats and files come on Tab, and nothing else."""
    path = script("bash")
    assert proposed("bash", "-c", BASH, "-", path, *line.split(" "), cwd=tmp_path) == TYPED[line]


@pytest.mark.parametrize("line", TYPED)
def test_fish_completes(script, tmp_path, line):
    """What bash knows, fish knows."""
    assert proposed("fish", "-c", FISH, script("fish"), line, cwd=tmp_path) == TYPED[line]


def test_zsh_completes(script, tmp_path):
    """A command and its option grow whole at zsh's own prompt."""
    command = ["zsh", "-f", "-c", ZSH, "-", script("zsh")]
    subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=180, check=True)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_command_is_in_every_shells_script(shell):
    """No command was left out, whether the shell is on this machine or not."""
    text = completion(parser(), shell, FORMATS)
    assert [name for name in parser().commands() if name not in text] == []
