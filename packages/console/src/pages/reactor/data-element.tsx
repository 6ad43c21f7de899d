import { usePathParams } from '../../app/path-params.ts'
import { Card, Fact } from '../../ui/card.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { toast } from '../../ui/toast.tsx'
import { DataElementForm } from './data-element-form.tsx'
import { useDelegateTitles } from './delegates.ts'
import { referenceTo } from './element-names.tsx'
import { RevisionedPage } from './revisioned-page.tsx'
import { readSettings } from './settings-document.ts'
import type { DataElement } from './wire.ts'

export default function DataElementPage() {
  const { id } = usePathParams('/reactor/data-elements/:id')
  const titleOf = useDelegateTitles()
  return (
    <RevisionedPage<DataElement>
      id={id}
      type="data_elements"
      what="data element"
      tab="data-elements"
      facts={({ resource: { attributes } }) => (
        <>
          <Fact name="Type">{titleOf(attributes.delegate_descriptor_id)}</Fact>
          <Fact name="Is named as">
            <code>{referenceTo(attributes.name)}</code>
          </Fact>
          <Fact name="Default value">{attributes.default_value ?? 'none'}</Fact>
        </>
      )}
      form={({ resource, propertyId, onClose }) => (
        <DataElementForm
          propertyId={propertyId}
          element={resource}
          onClose={onClose}
          onDone={() => toast.done('Saved. A library takes it along when it is added there again.')}
        />
      )}
    >
      {({ resource: { attributes } }) => (
        <Card title="Settings">
          <CodeBlock label="settings" text={JSON.stringify(readSettings(attributes.settings), null, 2)} />
        </Card>
      )}
    </RevisionedPage>
  )
}
