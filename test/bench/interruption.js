/** Whatever a bench starts is stopped, also when somebody presses Ctrl-C. */

const SIGNALS = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143 });

/**
 * Runs `work`; `tidy`, which may be asked twice, has ended before this answers and before a signal ends the process.
 *
 * @template T
 * @param {() => Promise<void>} tidy
 * @param {() => Promise<T>} work
 */
export async function whileTidy(tidy, work) {
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
    const leave = () => void tidy().finally(() => process.exit(code));
    process.once(signal, leave);
    return () => process.off(signal, leave);
  });
  try {
    return await work();
  } finally {
    for (const forget of handlers) forget();
    await tidy();
  }
}
