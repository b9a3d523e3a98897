import { type SystemCall, systemCalls } from '../../src/checks/reading.ts'

/** Every call of `systeminformation` that a check may ask for, as one JSON text; one that fails costs itself alone. */
export async function readSystemAsJson(): Promise<string> {
  const system = await import('systeminformation')
  const answers: [SystemCall, Readonly<{ value: unknown } | { error: string }>][] = []
  for (const call of systemCalls) {
    try {
      answers.push([call, { value: await system[call]() }])
    } catch (error) {
      answers.push([call, { error: error instanceof Error ? error.message : String(error) }])
    }
  }
  return JSON.stringify(Object.fromEntries(answers))
}
