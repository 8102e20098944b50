// What do prices cost on chain? The rows of the bench of that name.
export { rows } from '../prices.ts'
