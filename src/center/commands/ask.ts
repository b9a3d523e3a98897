import { readCenterConfig } from '../config.ts'
import { controlAddress } from '../control/address.ts'
import { callControl, isAnswering } from '../control/control-client.ts'
import { createOfflineOperations } from '../deps.ts'
import type { OperationResult } from '../operations/operation.ts'
import { type OperationName, operations } from '../operations/operations.ts'

export type Place = Readonly<{ dir: string; actor: string }>

/** One operation on the center of a folder: by the running center where there is one, else straight on its store. */
export async function askCenter(
  { dir, actor }: Place,
  operation: OperationName,
  input: unknown,
): Promise<OperationResult> {
  const config = readCenterConfig(dir)
  const socket = controlAddress(config.dir)
  if (await isAnswering(socket)) return callControl(socket, { operation, input, actor })
  const { deps, close } = await createOfflineOperations(config)
  try {
    return await operations[operation]({ ...deps, actor }, input)
  } finally {
    await close()
  }
}
