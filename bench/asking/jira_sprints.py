"""The loop that most scripts have: each board, each of its sprints, the issues of each."""

import json
import os

from jira import JIRA

asked = json.loads(os.environ["BENCH"])
jira = JIRA(asked["jira"], basic_auth=(asked["email"], asked["token"]))
cards = done = 0
for board in jira.boards():
    for sprint in jira.sprints(board.id):
        issues = jira.enhanced_search_issues(f"sprint = {sprint.id}", maxResults=False)
        cards += len(issues)
        done += sum(issue.fields.status.statusCategory.key == "done" for issue in issues)
print(json.dumps({"cards": cards, "done": done}))
