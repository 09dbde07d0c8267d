"""大厅系统示例 · a service-hall system in typed Python, with the standard library alone. Copy the folder as it is."""
