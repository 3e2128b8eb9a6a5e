"""Child processes that never outlive this one."""

from server.processes.child import ChildFailed, ChildProcess, Command, own_module
from server.processes.supervisor import Supervisor

__all__ = ["ChildFailed", "ChildProcess", "Command", "Supervisor", "own_module"]
