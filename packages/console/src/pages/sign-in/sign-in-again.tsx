import { Dialog } from '../../ui/dialog.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Over a page whose session ended: what stands in its forms stays there. */
export function SignInAgain() {
  return (
    <Dialog
      open
      insistent
      onClose={() => {}}
      title="Your session has ended"
      description="Sign in again to go on. Everything you typed is still there."
    >
      <SignInForm />
    </Dialog>
  )
}
