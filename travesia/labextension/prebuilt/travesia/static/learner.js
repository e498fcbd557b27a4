/* Learner mode: what happens to a course notebook when a learner opens it. */
import { Bar } from './bar.js';
import { handIn } from './handin.js';
import { hasOwnCells, hideCode, lockCells } from './cells.js';
import { offerNewer } from './newer.js';
import { reasonOfEnd, tellWorkspace, watchRoom } from './notices.js';
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

/* Hides what Notebook 7 puts around a notebook; JupyterLab keeps its frame. */
function hideFrame(shell) {
  if (!shell.top || !shell.menu) {
    return;
  }
  document.documentElement.classList.add('travesia-course');
  for (const part of shell.top.parent.widgets) {
    if (part.id !== 'main-panel') {
      part.hide();
    }
  }
}

function uncover() {
  document.getElementById('travesia-opening')?.remove();
}

async function open(app, panel, context, settings, shared) {
  await context.ready;
  const about = panel.content.model.getMetadata('travesia');
  const [{ Widget }, { NotebookActions }, { ServerConnection }, { Dialog }] = await Promise.all(
    ['@lumino/widgets', '@jupyterlab/notebook', '@jupyterlab/services', '@jupyterlab/apputils'].map(
      shared
    )
  );
  const server = connection(app.serviceManager.serverSettings, ServerConnection);
  if (!about?.kind) {
    uncover();
    tellWorkspace(app, panel, server);
    return;
  }
  const { strings } = settings;

  panel.addClass('travesia-lesson');
  panel.toolbar.hide();
  document.documentElement.lang = settings.language;
  hideFrame(app.shell);
  // Single keys belong to the questions: no command of the notebook is looked up from inside it.
  panel.content.node.setAttribute('data-lm-suppress-shortcuts', 'true');
  // A feed is a list of articles that goes on loading; a lesson is a page.
  panel.content.node.querySelector('[role="feed"]')?.removeAttribute('role');
  lockCells(panel);
  hideCode(panel, true);

  const bar = new Bar(settings, about);
  const widget = new Widget({ node: bar.node });
  bar.resized = () => widget.parent?.fit();
  panel.contentHeader.addWidget(widget);
  bar.watch();
  bar.say(strings.preparing);
  uncover();
  nameTab(panel);

  const keep = saver(context, bar, strings, Dialog, async () => {
    if (hasOwnCells(panel)) {
      return false;
    }
    const { contents } = app.serviceManager;
    const { hash } = await contents.get(context.path, { content: false, hash: true });
    return hash !== context.contentsModel?.hash;
  });
  const runner = new Runner(panel, { NotebookActions, Dialog }, bar, strings);
  runner.reason = () => reasonOfEnd(server);
  bar.onCode = shown => hideCode(panel, !shown);
  bar.onRunAgain = () => runner.restart();
  bar.onHandIn = () => handIn({ panel, context, server, settings, keep });
  bar.onLeave = keep;
  panel.node.addEventListener('keydown', event => {
    panel.toggleClass('travesia-keys', event.key === 'Tab' || panel.hasClass('travesia-keys'));
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      keep();
    }
  });

  if (!hasOwnCells(panel)) {
    // Answers are kept as they are given: nothing that could be lost is worth a question.
    settings.leavesFreely = true;
  }

  if (about.kind === 'lesson') {
    offerNewer({ context, server, bar, strings });
  }
  const tree = `${app.serviceManager.serverSettings.baseUrl}tree`;
  const files = {
    label: strings.open_files,
    act: async () => {
      await keep();
      location.href = tree;
    }
  };
  const timer = watchRoom(server, sentence =>
    sentence ? bar.notice('room', sentence, [files]) : bar.clear('room')
  );
  panel.disposed.connect(() => clearInterval(timer));
  await panel.sessionContext.ready;
  await runner.start();
}

/* A function that asks the person's own server and gives its JSON.
   It throws an error that says whether its message is the server's sentence for the person. */
function connection(serverSettings, ServerConnection) {
  return async (path, body) => {
    const response = await ServerConnection.makeRequest(
      serverSettings.baseUrl + path,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
      serverSettings
    );
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw Object.assign(new Error(answer.error), { fromServer: Boolean(answer.error) });
    }
    return answer;
  };
}

/* Saves what changed shortly after it changed, so that leaving and reloading ask nothing.
   Where `leftToAnother`, another window has saved the page, and nothing of anybody's own is in this
   one: JupyterLab would ask which of the two to keep. */
function saver(context, bar, strings, Dialog, leftToAnother) {
  let timer;
  const later = milliseconds => {
    clearTimeout(timer);
    timer = setTimeout(save, milliseconds);
  };
  const save = async () => {
    clearTimeout(timer);
    if (context.isDisposed || !context.model.dirty) {
      return;
    }
    try {
      if (await leftToAnother()) {
        context.model.dirty = false;
        bar.clear('save');
      } else {
        await context.save();
      }
    } catch (error) {
      // A full room is the server's own sentence to the person.
      bar.notice('save', error.response?.status === 507 ? error.message : strings.not_saved);
      later(15000);
    }
  };
  // JupyterLab saves by itself as well, twice a minute.
  context.saveState.connect((_, state) => {
    if (state === 'completed') {
      bar.clear('save');
    } else if (state === 'failed') {
      // It tells of it in its own words, over the page.
      setTimeout(() => Dialog.flush(), 50);
    }
  });
  context.model.stateChanged.connect((_, change) => {
    if (change.name === 'dirty' && change.newValue) {
      later(1500);
    }
  });
  if (context.model.dirty) {
    later(1500);
  }
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
