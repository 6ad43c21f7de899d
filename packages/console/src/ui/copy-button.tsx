import { Check, Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button, IconButton } from './button.tsx'
import { toast } from './toast.tsx'

/** Copies a text and says so. With a `label` it is a button with words. */
export function CopyButton({ text, name = 'Copy', label }: { text: string; name?: string; label?: string }) {
  const [isCopied, setCopied] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
    } catch (error) {
      return toast.failed(error, 'The browser did not allow copying.')
    }
    setCopied(true)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setCopied(false), 1600)
  }
  const icon = isCopied ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />
  return (
    <>
      {label === undefined ? (
        <IconButton name={isCopied ? 'Copied' : name} small onClick={copy}>
          {icon}
        </IconButton>
      ) : (
        <Button icon={icon} onClick={copy}>
          {isCopied ? 'Copied' : label}
        </Button>
      )}
      <span role="status" className="visually-hidden">
        {isCopied ? 'Copied' : ''}
      </span>
    </>
  )
}
