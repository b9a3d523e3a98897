import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { makeCenterTemplate } from '../processes/center.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    centerTemplate: string
  }
}

/** One center is set up with the real commands; every test works on a copy. */
export async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-fault-'))
  project.provide('centerTemplate', await makeCenterTemplate(folder))
  return () => rmSync(folder, { recursive: true, force: true })
}
