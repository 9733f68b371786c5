type Props = { id?: string | undefined; error: string | null | undefined; success?: string | false | undefined }

/** What came of a submit. It is announced to screen readers, so its place on the page is there from the start. */
export function FormMessage({ id, error, success }: Props) {
  return (
    <div id={id} className="form-message" aria-live="polite">
      {error ? <p className="error">{error}</p> : success && <p className="success">{success}</p>}
    </div>
  )
}
