/* What the hub tells a person through their own server: room that runs short, a program ended. */

const MILLISECONDS = 60000;
/* An end that is older than this has been told before, or on another page. */
const FRESH = 120000;

/* Shows how full the person's room is, now and every minute; `show` gets a sentence or null. */
export function watchRoom(server, show) {
  const look = async () => {
    try {
      show((await server('travesia/notices')).room);
    } catch {
      // The next look may get through; a lost connection is told elsewhere.
    }
  };
  look();
  return setInterval(look, MILLISECONDS);
}

/* The hub's sentence for a program that has just ended, if it was the hub that ended it. */
export async function reasonOfEnd(server) {
  try {
    const { ended } = await server('travesia/notices');
    return ended && Date.now() - Date.parse(ended.at) < FRESH ? ended.sentence : null;
  } catch {
    return null;
  }
}

/* The same for a notebook that is not the course's, in the application's own notifications. */
export function tellWorkspace(app, panel, server) {
  const tell = (message, type) =>
    app.commands.execute('apputils:notify', { message, type, options: { autoClose: false } });
  let told = null;
  const timer = watchRoom(server, sentence => {
    if (sentence && sentence !== told) {
      tell(sentence, 'warning');
    }
    told = sentence;
  });
  panel.disposed.connect(() => clearInterval(timer));
  panel.sessionContext.statusChanged.connect(async (_, status) => {
    if (status === 'dead' || status === 'autorestarting') {
      const sentence = await reasonOfEnd(server);
      if (sentence) {
        tell(sentence, 'error');
      }
    }
  });
}
