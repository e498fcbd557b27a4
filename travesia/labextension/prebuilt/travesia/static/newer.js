/* Offers a fresh copy when the course has a newer lesson than the learner's changed one. */
export async function offerNewer({ context, server, bar, strings }) {
  const path = context.path;
  let state;
  try {
    state = await server(`travesia/lesson?path=${encodeURIComponent(path)}`);
  } catch {
    return;
  }
  if (!state.newer) {
    return;
  }
  const open = async () => {
    try {
      const { url } = await server('travesia/fresh-copy', { path });
      await bar.onLeave();
      location.href = url;
    } catch (error) {
      bar.notice('newer', error.fromServer ? error.message : strings.fresh_copy_failed);
    }
  };
  bar.notice('newer', strings.newer, [
    { label: strings.fresh_copy, act: open },
    { label: strings.not_now, act: () => bar.clear('newer') }
  ]);
}
