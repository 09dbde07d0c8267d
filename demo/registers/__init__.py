"""The five base registers of the demo, each a database of its own."""

from demo.registers.load import load_registers
from demo.registers.tables import REGISTERS

__all__ = ["REGISTERS", "load_registers"]
