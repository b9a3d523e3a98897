import { grantJsonSchema, policyJsonSchema, rootJsonSchema } from '../../../policy/json-schema.ts'
import { type CommandIo, type ExitCode, runCommand } from '../command-io.ts'

const schemas = { policy: policyJsonSchema, grant: grantJsonSchema, root: rootJsonSchema } as const

/** `policy schema`: the JSON Schema of an authored document, for editors; the same with and without `--json`. */
export async function policySchemaCommand(
  args: Readonly<{ document: keyof typeof schemas }>,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const json = schemas[args.document]()
    const text = JSON.stringify(json, null, 2)
    return { json, text: { ja: text, en: text } }
  })
}
