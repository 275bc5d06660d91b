//! Our FeiQ node and iptux: files and folders both ways.
#![cfg(feature = "interop")]
#![allow(clippy::unwrap_used)] // tests panic on purpose

mod peers;

use std::collections::BTreeMap;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use peers::iptux::Iptux;
use peers::node::{Node, at};
use peers::{sha256, sha256_of_file};
use wirebench::service::feiq::files::TransferState;
use wirebench::service::feiq::{Fate, FeiqCommand};

/// A node and an iptux that know each other.
#[track_caller]
fn meet(test: u8) -> (Node, Iptux) {
    let (node, [iptux]) = meet_several(test, Node::NAME, Node::GROUP);
    (node, iptux)
}

/// A node of these names and several iptux that know it.
#[track_caller]
fn meet_several<const N: usize>(test: u8, name: &str, group: &str) -> (Node, [Iptux; N]) {
    let ours = Ipv4Addr::new(127, 4, test, 1);
    let mut number = 1;
    let mut all = [(); N].map(|()| {
        number += 1;
        Iptux::start(Ipv4Addr::new(127, 4, test, number), &format!("环回 {number}"), &[])
    });
    let node = Node::named(ours, name, group, &all.each_ref().map(|iptux| iptux.address));
    for iptux in &mut all {
        node.until_user(iptux.address, |user| user.online);
        iptux.until("online", |event| event["ip"] == ours.to_string());
    }
    (node, all)
}

/// A file that has so many bytes, no two pages of which are alike.
fn write_file(path: &Path, bytes: usize) {
    let words = (0..bytes.div_ceil(8) as u64).map(|word| word.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut content: Vec<u8> = words.flat_map(u64::to_be_bytes).collect();
    content.truncate(bytes);
    fs::write(path, content).unwrap();
}

/// Every folder below this one, and every file with its SHA-256.
fn tree(folder: &Path) -> BTreeMap<PathBuf, Option<String>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap().map(Result::unwrap) {
            let path = entry.path();
            let name = path.strip_prefix(folder).unwrap().to_owned();
            let is_folder = entry.file_type().unwrap().is_dir();
            found.insert(name, (!is_folder).then(|| sha256([fs::read(&path).unwrap()])));
            if is_folder {
                folders.push(path);
            }
        }
    }
    found
}

/// A tree with Chinese names, empty files and folders, and a file that is longer than any buffer.
fn plant(root: &Path) {
    for folder in ["子目录/更深/最深", "空目录", "第二 目录"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::write(root.join("说明.txt"), "你好，世界\n").unwrap();
    fs::write(root.join("空文件"), "").unwrap();
    fs::write(root.join("子目录/更深/最深/一.txt"), "一").unwrap();
    write_file(&root.join("第二 目录/大文件.bin"), 3_000_001);
    for number in 0..50 {
        fs::write(root.join(format!("子目录/文件 {number}.txt")), format!("{number}\n").repeat(number)).unwrap();
    }
}

const SIZES: [(&str, usize); 3] = [("空 文件.txt", 0), ("一字节.txt", 1), ("一百兆.bin", 100 << 20)];

#[test]
fn files_of_iptux_come_to_us_whole() {
    let (node, mut iptux) = meet(1);
    let into = tempfile::tempdir().unwrap();
    for (name, bytes) in SIZES {
        let path = iptux.home().join(name);
        write_file(&path, bytes);
        iptux.offer(node.address, &path);
        let offered = node.until_offered(iptux.address, name);
        assert_eq!((offered.1.size, offered.1.is_folder), (bytes as u64, false));

        let Fate::Over(TransferState::Done { path: ours, size, sha256 }) =
            node.fetch(iptux.address, &offered, into.path())
        else {
            panic!("{name}: {:?}", node.until_fate(iptux.address, &offered.0, &offered.1));
        };
        assert_eq!((ours.as_path(), size), (into.path().join(name).as_path(), bytes as u64));
        let hash = sha256_of_file(&path);
        assert_eq!(sha256_of_file(&ours), hash);
        assert_eq!(sha256, Some(hash));
        let of = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
        let apart = of(&path).duration_since(of(&ours)).unwrap();
        assert!(apart.as_secs() == 0, "{apart:?}");
        let sent = iptux.until("sent", |_| true);
        assert_eq!((&sent["whole"], &sent["bytes"]), (&true.into(), &bytes.into()));
    }
    // Twice under the same name: nothing is overwritten.
    iptux.offer(node.address, &iptux.home().join(SIZES[1].0));
    let second = node.until_message(iptux.address, |message| {
        message.attachments.iter().any(|attached| attached.name == SIZES[1].0 && attached.fate == Fate::Offered)
    });
    let second = (Arc::clone(&second), second.attachments[0].clone());
    let Fate::Over(TransferState::Done { path, .. }) = node.fetch(iptux.address, &second, into.path()) else {
        panic!("not fetched")
    };
    assert_ne!(path, into.path().join(SIZES[1].0));
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), SIZES.len() + 1);
}

#[test]
fn our_files_come_to_iptux_whole() {
    let (node, mut iptux) = meet(2);
    let ours = tempfile::tempdir().unwrap();
    for (name, bytes) in SIZES {
        let path = ours.path().join(name);
        write_file(&path, bytes);
        node.offer(&[iptux.address], "请收文件", &[&path]);
        let offered = iptux.until("offered", |_| true);
        assert_eq!((&offered["path"], &offered["size"]), (&name.into(), &bytes.into()));
        assert_eq!(iptux.until("message", |_| true)["text"], "请收文件");

        let theirs = iptux.home().join(name);
        iptux.accept(&offered, &theirs);
        assert_eq!(iptux.until("received", |_| true)["whole"], true);
        assert_eq!(sha256_of_file(&theirs), sha256_of_file(&path));

        let message = node.until_message(iptux.address, |message| message.attachments.iter().any(|a| a.name == name));
        let fate = node.until_fate(iptux.address, &message, &message.attachments[0]);
        assert!(matches!(fate, Fate::Over(TransferState::Done { size, .. }) if size == bytes as u64), "{fate:?}");
    }
}

#[test]
fn three_of_our_files_in_one_message_come_to_iptux() {
    let (node, mut iptux) = meet(3);
    let ours = tempfile::tempdir().unwrap();
    let paths = ["甲.txt", "乙 乙.txt", "冒号:丙.txt"].map(|name| ours.path().join(name));
    for path in &paths {
        fs::write(path, path.to_str().unwrap()).unwrap();
    }
    node.offer(&[iptux.address], "", &[&paths[0], &paths[1], &paths[2]]);
    for path in &paths {
        let offered = iptux.until("offered", |_| true);
        let theirs = iptux.home().join(offered["path"].as_str().unwrap());
        iptux.accept(&offered, &theirs);
        assert_eq!(iptux.until("received", |_| true)["whole"], true);
        assert_eq!(fs::read(theirs).unwrap(), path.to_str().unwrap().as_bytes());
    }
}

#[test]
fn a_folder_of_iptux_comes_to_us_as_it_is() {
    // With a name in ASCII iptux writes UTF-8 to us, else GBK.
    for (test, name, group) in [(4, Node::NAME, Node::GROUP), (7, "wirebench", "lab")] {
        let (node, [iptux]) = meet_several(test, name, group);
        fetch_folder(&node, iptux);
    }
}

fn fetch_folder(node: &Node, mut iptux: Iptux) {
    let root = iptux.home().join("项目 资料");
    plant(&root);
    iptux.offer(node.address, &root);
    let offered = node.until_offered(iptux.address, "项目 资料");
    assert!(offered.1.is_folder);

    let into = tempfile::tempdir().unwrap();
    let Fate::Over(TransferState::Done { path, .. }) = node.fetch(iptux.address, &offered, into.path()) else {
        panic!("{:?}", node.until_fate(iptux.address, &offered.0, &offered.1));
    };
    assert_eq!(path, into.path().join("项目 资料"));
    assert_eq!(tree(&path), tree(&root));
    assert_eq!(iptux.until("sent", |_| true)["whole"], true);
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), 1, "staging is left behind");
}

/// iptux 0.8.3 crashes at a folder that it has not yet, so it has them all before.
#[test]
fn a_folder_of_ours_comes_to_iptux() {
    let (node, mut iptux) = meet(5);
    let ours = tempfile::tempdir().unwrap();
    let root = ours.path().join("项目 资料");
    plant(&root);
    node.offer(&[iptux.address], "看这个", &[&root]);
    let offered = iptux.until("offered", |_| true);
    assert_eq!((&offered["path"], &offered["folder"]), (&"项目 资料".into(), &true.into()));

    let theirs = iptux.home().join("项目 资料");
    for (name, hash) in tree(&root) {
        if hash.is_none() {
            fs::create_dir_all(theirs.join(name)).unwrap();
        }
    }
    iptux.accept(&offered, &theirs);
    assert_eq!(iptux.until("received", |_| true)["whole"], true);
    assert_eq!(tree(&theirs), tree(&root));
}

#[test]
fn a_killed_iptux_in_the_middle_of_a_file_is_a_failure_that_says_so() {
    let (node, mut iptux) = meet(6);
    let path = iptux.home().join("一半.bin");
    // Sparse: more than any socket holds, and nothing on the disk.
    fs::File::create(&path).unwrap().set_len(4 << 30).unwrap();
    iptux.offer(node.address, &path);
    let offered = node.until_offered(iptux.address, "一半.bin");
    let into = tempfile::tempdir().unwrap();
    node.command(FeiqCommand::Fetch {
        from: at(iptux.address),
        message: offered.0.id,
        attachment: offered.1.id,
        into: into.path().to_owned(),
    });
    node.until("running transfer", |state| state.transfers.iter().find(|transfer| transfer.done_bytes > 0).map(|_| ()));
    iptux.kill();
    let fate = node.until_fate(iptux.address, &offered.0, &offered.1);
    assert!(matches!(fate, Fate::Over(TransferState::Failed(_))), "{fate:?}");
    assert_eq!(fs::read_dir(into.path()).unwrap().count(), 0, "a part is left behind");
}

#[test]
fn several_iptux_give_and_take_at_the_same_time() {
    const BYTES: usize = 20_000_000;
    let (node, mut all) = meet_several::<3>(8, Node::NAME, Node::GROUP);
    let ours = tempfile::tempdir().unwrap();
    let (path, into) = (ours.path().join("给大家.bin"), ours.path().join("收到"));
    write_file(&path, BYTES);
    fs::create_dir(&into).unwrap();
    node.offer(&all.each_ref().map(|iptux| iptux.address), "大家收", &[&path]);
    for iptux in &mut all {
        let offered = iptux.until("offered", |_| true);
        let theirs = iptux.home().join("给大家.bin");
        iptux.accept(&offered, &theirs);

        let name = format!("来自 {}.bin", iptux.name);
        let theirs = iptux.home().join(&name);
        write_file(&theirs, BYTES);
        iptux.offer(node.address, &theirs);
        let (message, attached) = node.until_offered(iptux.address, &name);
        node.command(FeiqCommand::Fetch {
            from: at(iptux.address),
            message: message.id,
            attachment: attached.id,
            into: into.clone(),
        });
    }
    let hash = sha256_of_file(&path);
    for iptux in &mut all {
        assert_eq!(iptux.until("received", |_| true)["whole"], true);
        assert_eq!(sha256_of_file(&iptux.home().join("给大家.bin")), hash);
        let name = format!("来自 {}.bin", iptux.name);
        let (message, attached) = node.until_offered(iptux.address, &name);
        let fate = node.until_fate(iptux.address, &message, &attached);
        assert!(matches!(fate, Fate::Over(TransferState::Done { .. })), "{fate:?}");
        assert_eq!(sha256_of_file(&into.join(&name)), hash);
    }
}
