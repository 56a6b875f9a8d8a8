"""dlt's rest_api source, read and not loaded anywhere; argument: "all" or "each".

One resource asks for all issues, page after page; or one for each epic, side by side.
"""

import json
import os
import sys

import dlt
from dlt.sources.rest_api import rest_api_source

asked = json.loads(os.environ["BENCH"])


def resource(name, jql):
    """Say how to page through one search."""
    return {
        "name": name,
        "endpoint": {
            "path": "rest/api/3/search/jql",
            "params": {"jql": jql, "fields": "summary,status", "maxResults": 100},
            "data_selector": "issues",
            "paginator": {
                "type": "cursor",
                "cursor_path": "nextPageToken",
                "cursor_param": "nextPageToken",
            },
        },
    }


queries = asked["by_epic"] if sys.argv[1] == "each" else [asked["issues"]]
os.environ["EXTRACT__WORKERS"] = str(len(queries))
source = rest_api_source(
    {
        "client": {
            "base_url": asked["jira"],
            "auth": {"type": "http_basic", "username": asked["email"], "password": asked["token"]},
        },
        "resources": [resource(f"issues_{n}", jql) for n, jql in enumerate(queries)],
    },
)
for each in source.resources.values():
    each.parallelize()
cards = done = 0
for issue in source:
    cards += 1
    done += issue["fields"]["status"]["statusCategory"]["key"] == "done"
print(json.dumps({"cards": cards, "done": done, "dlt": dlt.__version__}))
