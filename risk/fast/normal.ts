// How likely is a standard normal variable to stay below x? The float64 form of contracts/math/NormalLib.sol.
import {
  MILLS_P0 as P0,
  MILLS_P1 as P1,
  MILLS_P2 as P2,
  MILLS_P3 as P3,
  MILLS_P4 as P4,
  MILLS_P5 as P5,
  MILLS_P6 as P6,
  MILLS_P7 as P7,
  MILLS_Q0 as Q0,
  MILLS_Q1 as Q1,
  MILLS_Q2 as Q2,
  MILLS_Q3 as Q3,
  MILLS_Q4 as Q4,
  MILLS_Q5 as Q5,
  MILLS_Q6 as Q6,
  MILLS_Q7 as Q7,
} from './kernelConstants.ts'

/** (1 - Phi(x)) e^(x^2/2) for x from 0 to 1e30. */
export function scaledTail(x: number): number {
  const top = P0 + x * (P1 + x * (P2 + x * (P3 + x * (P4 + x * (P5 + x * (P6 + x * P7))))))
  return top / (Q0 + x * (Q1 + x * (Q2 + x * (Q3 + x * (Q4 + x * (Q5 + x * (Q6 + x * (Q7 + x))))))))
}

export function cdf(x: number): number {
  const tail = scaledTail(Math.abs(x)) * Math.exp(-0.5 * x * x)
  return x > 0 ? 1 - tail : tail
}
