import type { ComponentPropsWithoutRef, JSX } from "react"
export interface ToggleProps extends ComponentPropsWithoutRef<"button"> {
  /** Whether it is on. */
  pressed?: boolean
  onPressedChange?: (pressed: boolean) => void
}
export declare function Toggle(props: ToggleProps): JSX.Element
export declare const Slider: React.ForwardRefExoticComponent<{ min: number; max: number; value?: number[] } & React.RefAttributes<HTMLDivElement>>
