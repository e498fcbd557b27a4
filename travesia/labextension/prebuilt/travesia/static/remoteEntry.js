/* What JupyterLab and Notebook 7 load of Travesía: a container that needs no build.
   Everything else is fetched only for learners; for everybody else this file does nothing. */
(() => {
  const page = JSON.parse(document.getElementById('jupyter-config-data')?.textContent || '{}');
  const settings = JSON.parse(page.travesia || '{}');
  const here = document.currentScript.src;
  const address = name => new URL(name, here).href;
  const learner = settings.kind === 'learner';

  if (learner) {
    const sheets = [page.baseUrl + 'travesia/design/tokens.css', address('learner.css')];
    for (const href of sheets) {
      document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href }));
    }
    if (page.notebookPage === 'notebooks') {
      // Until the notebook says what it is, no menu flashes up and the page says what happens.
      document.documentElement.lang = settings.language;
      const opening = document.createElement('p');
      opening.id = 'travesia-opening';
      opening.setAttribute('role', 'status');
      document.body.append(opening);
      opening.textContent = settings.strings.opening;
      // Should anything go wrong on the way, the page shows itself as it is.
      setTimeout(() => opening.remove(), 45000);
    }
  }

  // The application asks before leaving a changed notebook; only who listens before it can say no.
  window.addEventListener('beforeunload', event => {
    if (settings.leavesFreely) {
      event.stopImmediatePropagation();
    }
  });

  let scope;
  /* A module that the application shares with its extensions. */
  const shared = async name => {
    const [version] = Object.values(scope[name]);
    return (await version.get())();
  };

  const container = {
    init: async shareScope => {
      scope = shareScope;
    },
    get: async () => {
      if (!learner) {
        return () => ({ __esModule: true, default: [] });
      }
      const { plugin } = await import(address('learner.js'));
      return () => ({ __esModule: true, default: [plugin(settings, shared)] });
    }
  };
  (globalThis._JUPYTERLAB ??= {}).travesia = container;
})();
