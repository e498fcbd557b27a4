/* Learner mode: what happens to a course notebook when a learner opens it. */
import { Bar } from './bar.js';
import { handIn } from './handin.js';
import { hideCode, lockCells } from './cells.js';
import { offerNewer } from './newer.js';
import { Runner } from './runner.js';

/* The JupyterLab plugin; `shared` gives a module of the application by name. */
export function plugin(settings, shared) {
  return {
    id: 'travesia:learner',
    autoStart: true,
    activate: app => {
      app.docRegistry.addWidgetExtension('Notebook', {
        createNew: (panel, context) => {
          open(app, panel, context, settings, shared).catch(error => {
            uncover();
            throw error;
          });
        }
      });
    }
  };
}

function uncover() {
  document.documentElement.classList.remove('travesia-opening');
  document.getElementById('travesia-opening')?.remove();
}

async function open(app, panel, context, settings, shared) {
  await context.ready;
  const about = panel.content.model.getMetadata('travesia');
  if (!about?.kind) {
    uncover();
    return;
  }
  const [{ Widget }, { NotebookActions }, { ServerConnection }] = await Promise.all(
    ['@lumino/widgets', '@jupyterlab/notebook', '@jupyterlab/services'].map(shared)
  );
  const server = connection(app.serviceManager.serverSettings, ServerConnection);
  const { strings } = settings;

  panel.addClass('travesia-lesson');
  document.documentElement.classList.add('travesia-course');
  // Single keys belong to the questions: no command of the notebook is looked up from inside it.
  panel.content.node.setAttribute('data-lm-suppress-shortcuts', 'true');
  lockCells(panel);
  hideCode(panel, true);

  const bar = new Bar(settings, about);
  const widget = new Widget({ node: bar.node });
  bar.resized = () => widget.parent?.fit();
  panel.contentHeader.addWidget(widget);
  bar.watch();
  uncover();
  nameTab(panel);

  const keep = saver(context, bar, strings);
  const runner = new Runner(panel, NotebookActions, bar, strings);
  bar.onCode = shown => hideCode(panel, !shown);
  bar.onRunAgain = () => runner.restart();
  bar.onHandIn = () => handIn({ panel, context, server, strings, keep });
  bar.onLeave = keep;
  panel.node.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      keep();
    }
  });

  if (about.kind === 'lesson') {
    offerNewer({ context, server, bar, strings });
  }
  await panel.sessionContext.ready;
  await runner.start();
}

/* A function that asks the person's own server and gives its JSON, or throws its sentence. */
function connection(serverSettings, ServerConnection) {
  return async (path, body) => {
    const response = await ServerConnection.makeRequest(
      serverSettings.baseUrl + path,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      serverSettings
    );
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw new Sentence(answer.error);
    }
    return answer;
  };
}

/* An error whose message is a sentence for the person; empty when there was none. */
class Sentence extends Error {}

/* Saves what changed shortly after it changed, so that leaving and reloading ask nothing. */
function saver(context, bar, strings) {
  let timer;
  const save = async () => {
    clearTimeout(timer);
    if (!context.model.dirty || context.isDisposed) {
      return;
    }
    try {
      await context.save();
      bar.clear('save');
    } catch {
      bar.notice('save', strings.not_saved);
      timer = setTimeout(save, 15000);
    }
  };
  context.model.stateChanged.connect((_, change) => {
    if (change.name === 'dirty' && change.newValue) {
      clearTimeout(timer);
      timer = setTimeout(save, 2000);
    }
  });
  return save;
}

/* The browser's tab carries the lesson's title, not its file name. */
function nameTab(panel) {
  for (const cell of panel.content.model.cells) {
    const heading = cell.type === 'markdown' && /^#\s+(.+)$/m.exec(cell.sharedModel.getSource());
    if (heading) {
      document.title = heading[1];
      return;
    }
  }
}
