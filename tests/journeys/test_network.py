"""Company networks: proxies and certificates count from wherever the secrets are read."""

from __future__ import annotations

import pytest

from tests.connectors.raw import RawServing, answers, says


@pytest.mark.parametrize("where", ["environment", ".env", "secrets"])
def test_a_proxy_counts_from_wherever_secrets_are_read(team, where):
    """Every tracker is asked by the proxy, whichever way its address was told."""
    with RawServing(says(answers(b"", status=502))) as proxy:
        if where == "environment":
            team.environ["http_proxy"] = proxy.url
        elif where == ".env":
            (team.folder / ".env").write_text(f"HTTP_PROXY={proxy.url}\n", encoding="utf-8")
        else:
            (team.folder / "run").mkdir()
            (team.folder / "run" / "HTTP_PROXY").write_text(proxy.url, encoding="utf-8")
            team.environ["OKR_SYNC_SECRETS_DIR"] = "run"
        team.sync("--patience", "0", code=1)
        asked = b"".join(proxy.requests)
    assert team.jira_serving.url.encode() in asked
    assert team.trello_serving.url.encode() in asked


def test_what_can_be_no_proxy_is_said_by_check(team):
    """Its variable is named, and it fails the sources and nothing else."""
    team.environ |= {"HTTP_PROXY": "proxy.example:3128", "SSL_CERT_FILE": "/gone.pem"}
    checked = team.run("check")
    assert checked.code == 1
    assert "HTTP_PROXY is no address with a scheme" in checked.out
    assert "SSL_CERT_FILE names a file that isn't there" in checked.out
    assert "HTTP_PROXY" in team.sync(code=1).err
