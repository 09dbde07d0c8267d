"""The names of what stands in the data folder, beside the embedded database."""

KEYS = "keys"
HEADS = "ledger-heads.jsonl"
GATEWAY = "gateway.json"
"""Which process serves there, while one does."""
LOG = "gateway.log"
"""The demo's log; elsewhere it goes to standard output."""
