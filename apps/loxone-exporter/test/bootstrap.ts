/** Everything that is said between connecting and following, in its order, and how long an answer is waited for. */
export const BOOTSTRAP = [
  ['jdev/sys/keyexchange', 10_000],
  ['jdev/sys/getkey2', 10_000],
  ['jdev/sys/getjwt', 10_000],
  ['jdev/sps/LoxAPPversion3', 10_000],
  ['data/LoxAPP3.json', 60_000],
  ['jdev/sps/enablebinstatusupdate', 10_000],
] as const;
