//! What a person sees and does: pages, sign-in, JSON API.
//!
//! Pages are made on the server and work without script. A request stores and enqueues;
//! it does not fetch or notify. Every query carries the tenant of whoever has signed in.
//! What needs mail or detection comes through the [`Desk`] that the host hands in.

mod act;
mod api;
mod console;
mod desk;
mod door;
mod dress;
mod form;
mod frame;
mod guard;
mod language;
mod packets;
mod pages;
mod pictures;
mod prepare;
mod shown;
mod trouble;
mod word;

pub use console::{Console, Settings};
pub use desk::{Asked, Clock, Desk, NextStep, Prepared, RuleLine};
pub use door::first_link;
pub use packets::{Archive, Gathered, Packed, PacketError};
pub use pages::{Access, PAGES, Page, confirmed_contacts, router};
pub use prepare::passed;
