import { unname } from './cells.js';

/* Runs a notebook by itself: when it opens, and again when its kernel was restarted. */
export class Runner {
  constructor(panel, { NotebookActions, Dialog }, bar, strings) {
    this.panel = panel;
    this.actions = NotebookActions;
    this.dialogs = Dialog;
    this.bar = bar;
    this.strings = strings;
    this.turn = 0;
    this.restarted = false;
    // Whether the kernel has run something since it started.
    this.ran = false;
    this.session = undefined;
    this.lost = undefined;
    // Why the kernel ended, where somebody knows.
    this.reason = async () => null;
  }

  /* Runs the notebook now and watches its kernel from now on. */
  async start() {
    const { sessionContext } = this.panel;
    sessionContext.statusChanged.connect((_, status) => this.kernelIs(status));
    sessionContext.iopubMessage.connect((_, message) => this.heard(message));
    sessionContext.connectionStatusChanged.connect((_, status) => this.connectionIs(status));
    if (!sessionContext.session?.kernel) {
      this.died();
      return;
    }
    await this.run();
  }

  /* Starts the kernel anew; the run follows from the kernel's own report. */
  async restart() {
    this.turn += 1;
    this.bar.clear('kernel');
    this.bar.say(this.strings.preparing);
    const { sessionContext } = this.panel;
    const alive = sessionContext.session?.kernel && sessionContext.kernelDisplayStatus !== 'dead';
    this.restarted = true;
    try {
      if (alive) {
        await sessionContext.restartKernel();
      } else {
        const { name } = this.panel.content.model.getMetadata('kernelspec') ?? {};
        await sessionContext.changeKernel({ name: name ?? 'python3' });
      }
    } catch {
      this.died();
      return;
    }
    if (!sessionContext.session?.kernel) {
      this.died();
    } else if (this.restarted) {
      this.restarted = false;
      await this.run();
    }
  }

  kernelIs(status) {
    if (status === 'dead' || status === 'autorestarting') {
      this.died();
    } else if (status === 'restarting') {
      this.turn += 1;
      this.restarted = true;
      this.ran = false;
    } else if (status === 'idle' && this.restarted && !this.panel.sessionContext.isRestarting) {
      this.restarted = false;
      this.bar.clear('kernel');
      this.run();
    }
  }

  /* Each start of a kernel has a session of its own, which every message of it names. What it says
     of its start itself does not always arrive. */
  heard({ header, content }) {
    if (this.ran && this.session && header.session !== this.session) {
      // Another window has started the kernel anew: what is shown here reaches nobody any more.
      this.turn += 1;
      this.restarted = true;
      this.ran = false;
      this.kernelIs(content.execution_state);
    }
    this.session = header.session;
  }

  connectionIs(status) {
    clearTimeout(this.lost);
    if (status === 'connected') {
      this.bar.clear('connection');
    } else if (status !== 'disconnected') {
      this.lost = setTimeout(() => this.offline(), 4000);
    }
  }

  offline() {
    this.bar.notice('connection', this.strings.offline, [
      { label: this.strings.start_again, act: () => location.reload() }
    ]);
  }

  async died() {
    // JupyterLab tells of the same in its own words, over the page.
    setTimeout(() => this.dialogs.flush(), 50);
    this.turn += 1;
    this.restarted = false;
    this.ran = false;
    this.bar.done();
    this.bar.clear('run');
    const turn = this.turn;
    const why = await this.reason();
    if (turn === this.turn) {
      this.bar.notice('kernel', why ?? this.strings.stopped, [
        { label: this.strings.start_again, act: () => this.restart() }
      ]);
    }
  }

  /* Runs every code cell in turn; one that fails does not keep the others from running. */
  async run() {
    const turn = (this.turn += 1);
    const { content, sessionContext } = this.panel;
    const cells = content.widgets.filter(
      cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().trim()
    );
    for (const cell of cells) {
      cell.removeClass('travesia-ran');
      delete cell.node.dataset.travesiaFailed;
    }
    this.bar.clear('run');
    this.bar.say(this.strings.preparing);
    let failed = 0;
    for (const [done, cell] of cells.entries()) {
      this.bar.progress(done / cells.length);
      const right = await this.actions.runCells(content, [cell], sessionContext).catch(() => false);
      if (turn !== this.turn) {
        return;
      }
      this.ran = true;
      cell.addClass('travesia-ran');
      unname(cell);
      if (!right) {
        failed += 1;
        cell.node.dataset.travesiaFailed = this.strings.cell_failed;
      }
    }
    this.bar.done();
    if (failed) {
      this.bar.notice('run', this.strings.run_failed);
    } else {
      this.bar.say(this.strings.ready, { aloud: true });
    }
  }
}
