"""The hub's configuration: functions of `travesia.hub.configuration`, each sets one concern."""

from travesia.hub import configuration
from travesia.hub.settings import HubSettings

c = get_config()  # noqa: F821 - JupyterHub gives it to its configuration
settings = HubSettings.load()

configuration.update_address(c, settings)
configuration.update_files(c, settings)
configuration.update_sign_in(c, settings)
configuration.update_roles(c, settings)
configuration.update_servers(c, settings)
configuration.update_proxy(c, settings)
configuration.update_campus(c, settings)
configuration.update_pages(c, settings)
