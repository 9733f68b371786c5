/** What came of a submit. It is announced to screen readers, so its place on the page is there from the start. */
export function FormMessage({ error, success }: { error: string | null; success?: string | false }) {
  return (
    <div className="form-message" aria-live="polite">
      {error ? <p className="error">{error}</p> : success && <p className="success">{success}</p>}
    </div>
  )
}
