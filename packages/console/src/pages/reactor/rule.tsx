import { useQuery } from '@tanstack/react-query'
import { usePathParams } from '../../app/path-params.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { RevisionedPage } from './revisioned-page.tsx'
import { RuleForm } from './rule-form.tsx'
import { RuleParts } from './rule-parts.tsx'
import { type Rule, type RuleComponent, readMany } from './wire.ts'

export default function RulePage() {
  const { id } = usePathParams('/reactor/rules/:id')
  const { data, error, refetch } = useQuery(readMany<RuleComponent>(`/rules/${id}/rule_components`))
  return (
    <RevisionedPage<Rule>
      id={id}
      type="rules"
      what="rule"
      tab="rules"
      form={({ resource, propertyId, onClose }) => (
        <RuleForm
          propertyId={propertyId}
          rule={resource}
          onClose={onClose}
          onDone={() => toast.done('Saved. A library takes it along when it is added there again.')}
        />
      )}
    >
      {({ propertyId, mayChange }) =>
        error ? (
          <ErrorNotice error={error} onRetry={refetch} />
        ) : data === undefined ? (
          <Skeleton lines={4} />
        ) : (
          <RuleParts ruleId={id} propertyId={propertyId} components={data.data} mayChange={mayChange} />
        )
      }
    </RevisionedPage>
  )
}
