"""Elasticsearch and OpenSearch: connections, bulk requests, templates; what the plugins of both need.

address, credentials, tls   whom to connect to, as whom
connection, node, answer    requests and what comes back
destination, actions        events as the lines of a bulk request
bulk, fates                 sending them, and what became of each
server, cluster, setup      what the cluster is, and what it needs before the first event
"""
