"""Pages and JSON over an open archive.

from flask import Flask
from wiredesk.search import open_archive
from wiredesk.web import create_app, create_blueprint

archive = open_archive("wire.wdx")
app = create_app(archive)  # the whole application, or
app = Flask(__name__)
app.register_blueprint(create_blueprint(archive, name="wire"), url_prefix="/wire")
"""

from wiredesk.web.exports import search_json
from wiredesk.web.urls import Links, query_string, read_query_string
from wiredesk.web.views import create_app, create_blueprint

__all__ = [
    "Links",
    "create_app",
    "create_blueprint",
    "query_string",
    "read_query_string",
    "search_json",
]
