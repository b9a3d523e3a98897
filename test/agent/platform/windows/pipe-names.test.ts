import { expect, it } from 'vitest'
import { pipeName } from '../../../../agent/platform/windows/pipe-names.ts'

const trial = /^\\\\\.\\pipe\\tanmori-[0-9a-f]{16}(-admin)?$/

it('the terminal’s own agent has the plain names, on whichever drive ProgramData is', () => {
  expect(pipeName('C:\\ProgramData\\Tanmori\\run', 'status')).toBe('\\\\.\\pipe\\tanmori')
  expect(pipeName('d:\\programdata\\tanmori\\run\\', 'admin')).toBe('\\\\.\\pipe\\tanmori-admin')
})

it('a trial has names of its own, the same however its folder is written, and another for each folder', () => {
  const name = pipeName('C:\\Users\\x\\trial\\run', 'status')
  expect(name).toMatch(trial)
  expect(pipeName('c:/users/X/trial/run', 'status')).toBe(name)
  expect(pipeName('C:\\Users\\x\\trial2\\run', 'status')).not.toBe(name)
  expect(pipeName('C:\\Users\\x\\trial\\run', 'admin')).toBe(`${name}-admin`)
})

it('a folder that only ends like the agent’s is a trial', () => {
  expect(pipeName('C:\\x\\ProgramData\\Tanmori\\run', 'status')).toMatch(trial)
})
