import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components'
import { limits } from '../../../../protocol/messages.ts'
import { uploadRequestSchema } from '../../../api/contract.ts'
import { commands } from '../../api/queries.ts'
import { RequestError } from '../../api/request.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Refusal } from '../../parts/states.tsx'
import { goTo } from '../../route/location.ts'

/** Base64 and the signatures around the largest payload. */
const maxFileBytes = limits.maxEnvelopeBytes * 2

/** Takes a signed file, and shows what it says: nothing is pushed by uploading. */
export function Upload() {
  const { pages } = useTexts()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const upload = useMutation({
    mutationFn: async (file: File) => commands.upload({ envelope: await readEnvelope(file) }),
    onSuccess: (row) => {
      void client.invalidateQueries({ queryKey: ['documents'] })
      goTo(`/documents/${row.digest}`)
    },
  })
  const choose = (files: FileList | null) => {
    const file = files?.[0]
    if (file === undefined || upload.isPending) return
    setName(file.name)
    upload.mutate(file)
  }
  return (
    <div className="upload">
      <FileTrigger acceptedFileTypes={['.json', 'application/json']} onSelect={choose}>
        <Button kind="primary" pending={upload.isPending}>
          <Icon name="upload" />
          {upload.isPending ? pages.documents.uploading : pages.documents.upload}
        </Button>
      </FileTrigger>
      {upload.error !== null && <Refusal error={upload.error} title={pages.documents.uploadFailed(name)} />}
    </div>
  )
}

async function readEnvelope(file: File) {
  if (file.size > maxFileBytes) {
    throw new RequestError(0, 'file-too-large', `${file.size} bytes, at most ${maxFileBytes}`)
  }
  const parsed = uploadRequestSchema.shape.envelope.safeParse(parseJson(await file.text()))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new RequestError(0, 'envelope.invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new RequestError(0, 'file-unreadable', String(error))
  }
}
