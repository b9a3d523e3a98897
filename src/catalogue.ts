import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TanmoriError } from './errors.ts'
import { parseYamlDocument } from './policy/yaml-document.ts'
import { type LifecycleProduct, lifecycleProductSchema } from './standards/lifecycle.ts'
import { parseStandardYaml } from './standards/parse.ts'
import type { Standard } from './standards/standard.ts'

/** A file that could not be used: it costs itself alone. */
export type CatalogueProblem = Readonly<{ file: string; code: string; detail: string }>
export type CataloguePart<T> = Readonly<{ found: readonly T[]; problems: readonly CatalogueProblem[] }>

/** The products whose end of support is known: `lifecycle/*.yaml` of the policies folder. Never throws. */
export function readLifecycle(policiesDir: string): CataloguePart<LifecycleProduct> {
  return runToEnd(readLifecycleByFile(policiesDir))
}

/** The same, stopping after each file: for who must not be kept waiting by all of them. */
export function* readLifecycleByFile(policiesDir: string): Generator<undefined, CataloguePart<LifecycleProduct>> {
  const options = lifecycleOptions()
  return yield* readFolder(join(policiesDir, 'lifecycle'), (bytes, file) =>
    parseYamlDocument(bytes, { ...options, file }),
  )
}

/** The standards whose clauses are known: `standards/*.yaml` of the policies folder. Never throws. */
export function readStandards(policiesDir: string): CataloguePart<Standard> {
  return runToEnd(readFolder(join(policiesDir, 'standards'), parseStandardYaml))
}

function runToEnd<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

function lifecycleOptions() {
  return {
    schema: lifecycleProductSchema,
    jsonSchema: z.toJSONSchema(lifecycleProductSchema, { io: 'input' }),
    code: 'config.invalid',
  } as const
}

/** In the order of the files' names; the same `id` twice is a problem of the later file. */
function* readFolder<T extends Readonly<{ id: string }>>(
  folder: string,
  parse: (bytes: Uint8Array, file: string) => T,
): Generator<undefined, CataloguePart<T>> {
  const problems: CatalogueProblem[] = []
  const byId = new Map<string, T>()
  for (const name of listYaml(folder, problems)) {
    const file = join(folder, name)
    try {
      const one = parse(readFileSync(file), file)
      if (byId.has(one.id)) throw new TanmoriError('config.invalid', `${file}: wanted a new id, came ${one.id} again`)
      byId.set(one.id, one)
    } catch (error) {
      problems.push(problemOf(file, error))
    }
    yield
  }
  return { found: [...byId.values()], problems }
}

function listYaml(folder: string, problems: CatalogueProblem[]): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
  } catch (error) {
    problems.push(problemOf(folder, error))
    return []
  }
}

function problemOf(file: string, error: unknown): CatalogueProblem {
  const code = error instanceof TanmoriError ? error.code : 'config.missing'
  return { file, code, detail: (error instanceof Error ? error.message : String(error)).slice(0, 2000) }
}
