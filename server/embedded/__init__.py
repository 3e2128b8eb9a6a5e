"""The database and the Redis that come with the program, each as a child process under the data folder."""

from server.embedded.data_folder import DataFolder, DataFolderBusy, Secrets
from server.embedded.servers import EmbeddedAddresses, Purpose, embedded_servers

__all__ = ["DataFolder", "DataFolderBusy", "EmbeddedAddresses", "Purpose", "Secrets", "embedded_servers"]
