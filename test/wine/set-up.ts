import type { TestProject } from 'vitest/node'
import { ensureWindowsPackages } from '../../installers/build/windows-packages.ts'
import { projectRoot } from '../processes/center.ts'
import { ensureWineTree } from './harness/chroot.ts'
import { findObstacle } from './harness/requirements.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where Wine is, or what stands in its way. */
    wine: Readonly<{ obstacle: string | null; tree: string; prefix: string }>
  }
}

/** Once per run: a Debian tree with Wine; at the end, what was skipped, by name. */
export async function setup(project: TestProject): Promise<() => void> {
  project.provide('wine', await findWine())
  return () => printSkipped(project)
}

async function findWine() {
  const nowhere = { tree: '', prefix: '' }
  const obstacle = findObstacle()
  if (obstacle !== null) return { obstacle, ...nowhere }
  try {
    ensureWindowsPackages(projectRoot)
    return { obstacle: null, ...(await ensureWineTree()) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`wine: ${why}\n`)
    return { obstacle: `no Wine could be had: ${why.split('\n').at(-1)?.slice(0, 200)}`, ...nowhere }
  }
}

function printSkipped(project: TestProject): void {
  const skipped = project.vitest.state.getTestModules().flatMap((module) => [...module.children.allTests('skipped')])
  for (const { fullName } of skipped) process.stdout.write(`skipped: ${fullName}\n`)
  process.stdout.write(`wine: ${skipped.length} skipped by name\n`)
}
