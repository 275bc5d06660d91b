//! Multicast groups of one UDP socket.

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use socket2::{InterfaceIndexOrAddress, SockRef};

use super::config::Group;
use super::error;
use super::interfaces;
use super::udp::Family;
use crate::journal::Cause;

/// The groups that a socket has joined, in order.
pub struct Multicast {
    family: Family,
    groups: Vec<Group>,
}

impl Multicast {
    /// None yet.
    pub fn new(family: Family) -> Self {
        Self { family, groups: Vec::new() }
    }

    /// The groups that are joined.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Joins a group; `false`: it was joined already.
    pub fn join(&mut self, socket: &SockRef<'_>, group: &Group) -> Result<bool, Cause> {
        self.check(group)?;
        if self.groups.iter().any(|joined| same(joined, group)) {
            return Ok(false);
        }
        match group.address {
            IpAddr::V4(ip) => socket.join_multicast_v4_n(&ip, &interface(group)),
            IpAddr::V6(ip) => socket.join_multicast_v6(&ip, group.interface_index),
        }
        .map_err(|error| error::cause(&error))?;
        self.groups.push(group.clone());
        Ok(true)
    }

    /// Leaves a group.
    pub fn leave(&mut self, socket: &SockRef<'_>, group: &Group) -> Result<(), Cause> {
        self.check(group)?;
        if !self.groups.iter().any(|joined| same(joined, group)) {
            return Err(Cause::AddressNotAvailable);
        }
        match group.address {
            IpAddr::V4(ip) => socket.leave_multicast_v4_n(&ip, &interface(group)),
            IpAddr::V6(ip) => socket.leave_multicast_v6(&ip, group.interface_index),
        }
        .map_err(|error| error::cause(&error))?;
        self.groups.retain(|joined| !same(joined, group));
        Ok(())
    }

    /// Sends multicast datagrams through the interface of the group that was joined last (of the same family); without
    /// any, through the one that the system chooses.
    pub fn route(&self, socket: &SockRef<'_>) -> io::Result<()> {
        let last = |v4: bool| self.groups.iter().rfind(|g| g.address.is_ipv4() == v4);
        if self.has_v4() {
            socket.set_multicast_if_v4(&last(true).map_or(Ipv4Addr::UNSPECIFIED, interface_address))?;
        }
        if self.has_v6() {
            socket.set_multicast_if_v6(last(false).map_or(0, |group| group.interface_index))?;
        }
        Ok(())
    }

    /// Sets the hop limit of multicast datagrams that we send, and whether this machine hears them itself.
    pub fn set(&self, socket: &SockRef<'_>, ttl: u8, loopback: bool) -> io::Result<()> {
        if self.has_v4() {
            socket.set_multicast_ttl_v4(ttl.into())?;
            socket.set_multicast_loop_v4(loopback)?;
        }
        if self.has_v6() {
            socket.set_multicast_hops_v6(ttl.into())?;
            socket.set_multicast_loop_v6(loopback)?;
        }
        Ok(())
    }

    /// Options of IPv4 on a dual-stack socket are Linux's.
    fn has_v4(&self) -> bool {
        self.family == Family::V4 || (self.family == Family::Dual && cfg!(target_os = "linux"))
    }

    fn has_v6(&self) -> bool {
        self.family != Family::V4
    }

    /// What the system would refuse with "invalid argument".
    fn check(&self, group: &Group) -> Result<(), Cause> {
        if !self.family.speaks(group.address) {
            return Err(Cause::FamilyMismatch);
        }
        if !group.address.is_multicast() {
            return Err(Cause::Other { code: None, message: "not a multicast address".to_owned() });
        }
        Ok(())
    }
}

/// Whether the system sees the same group on the same interface.
fn same(a: &Group, b: &Group) -> bool {
    let key = |g: &Group| match (g.address, g.interface_address) {
        (IpAddr::V4(ip), interface) if !interface.is_unspecified() => (ip.into(), interface, 0),
        (ip, _) => (ip, Ipv4Addr::UNSPECIFIED, g.interface_index),
    };
    key(a) == key(b)
}

/// The interface as the option of IPv4 wants it: its address, which every system takes, else its number.
fn interface(group: &Group) -> InterfaceIndexOrAddress {
    match group.interface_index {
        index if index != 0 && group.interface_address.is_unspecified() => InterfaceIndexOrAddress::Index(index),
        _ => InterfaceIndexOrAddress::Address(group.interface_address),
    }
}

/// The IPv4 address of the group's interface, also where only its number is given.
fn interface_address(group: &Group) -> Ipv4Addr {
    if group.interface_address.is_unspecified() && group.interface_index != 0 {
        let on_it = interfaces::list().into_iter().filter(|i| i.index == group.interface_index);
        let v4 = on_it.filter_map(|i| if let IpAddr::V4(ip) = i.addr { Some(ip) } else { None });
        return v4.min().unwrap_or(Ipv4Addr::UNSPECIFIED);
    }
    group.interface_address
}
