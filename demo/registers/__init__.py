"""The five base registers of the demo, each a database of its own."""

from demo.registers.load import create_databases, load_registers, loaded_persons
from demo.registers.tables import REGISTERS

__all__ = ["REGISTERS", "create_databases", "load_registers", "loaded_persons"]
