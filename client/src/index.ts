/** The public module "jetbridge": also what Python's `jetbridge.components` refer to. */

export { ErrorBoundary, ErrorMessage, RetryButton, SegmentBoundary } from "./boundaries"
export type { ErrorBoundaryProps, ErrorMessageProps, RetryButtonProps } from "./boundaries"
export { ActionError, CallError, isActionError } from "./errors"
export { Form } from "./form"
export type { FormState } from "./form-state"
export type { FormProps } from "./form"
export { Link } from "./link"
export type { LinkProps } from "./link"
export { usePathname, useRouter, useSearchParams } from "./router"
export type { NavigateOptions, Router } from "./router"
export type { Href, RouteParams } from "./routes"
