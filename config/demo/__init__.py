"""An invented company with a past, for trying Pilotage out and for looking at its pages.

`story` makes it up (pure, the same for the same day), `findings` says which flags its past had,
`write` stores it with its true dates, `live` does the rest through the product's own actions.
"""
