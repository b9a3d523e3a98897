export type BatchResult = Readonly<{ line: string; code: number; stdout: string; stderr: string }>

type ReadFile = (name: string) => string | null

/**
 * A cmd.exe batch that keeps the output and the exit code of each line in files of their own. The whole code: what a
 * Windows program ends with reaches Linux only as its lowest byte (1603 as 67).
 */
export function writeBatch(lines: readonly string[], folder: string): string {
  const steps = lines.flatMap((line, index) => [
    // A comparison that is false sets no level, and neither does a built-in command that went well.
    '(call )',
    `${line} >"${folder}\\${index}.out" 2>"${folder}\\${index}.err"`,
    `>"${folder}\\${index}.code" echo %errorlevel%`,
  ])
  return ['@echo off', ...steps, ''].join('\r\n')
}

/** @throws Error when a line left no code: the batch was ended before it, or by it. */
export function readBatch(lines: readonly string[], readFile: ReadFile): readonly BatchResult[] {
  return lines.map((line, index) => {
    const code = Number(readFile(`${index}.code`)?.trim() || 'none')
    const [stdout, stderr] = [readFile(`${index}.out`) ?? '', readFile(`${index}.err`) ?? '']
    if (!Number.isInteger(code)) throw new Error(`batch: line ${index + 1} did not end: ${line}\n${stdout}${stderr}`)
    return { line, code, stdout, stderr }
  })
}
