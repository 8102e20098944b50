// Why can a run not be what was asked for? An answer for who asked; any other error is a fault of ours.
export class ReplayRefused extends Error {
  override readonly name = 'ReplayRefused'
}
