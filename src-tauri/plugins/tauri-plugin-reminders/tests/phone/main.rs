//! What a phone does about reminders by itself. The files that run here are the files that run on
//! Android: everything of them that is not Android.

mod closed;
mod pocket;
mod same_as_the_plan;
mod tried;
