use super::*;

fn folder() -> (tempfile::TempDir, Folder) {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::new(dir.path());
    folder.make().unwrap();
    (dir, folder)
}

#[test]
fn the_same_key_comes_back_the_next_day() {
    let (_dir, folder) = folder();
    let first = Keys::create(&folder).unwrap();
    assert_eq!(*first.0, *Keys::unlock(&folder).unwrap().0);
}

#[test]
fn one_damaged_copy_of_the_slots_is_set_aside_and_put_right_from_the_other() {
    let (_dir, folder) = folder();
    let first = Keys::create(&folder).unwrap();
    for copy in [folder.keys(), folder.keys_copy()] {
        fs::write(&copy, b"{ torn").unwrap();
        let keys = Keys::unlock(&folder).unwrap();
        assert_eq!(*first.0, *keys.0);
        keys.keep_a_copy(&folder).unwrap();
        assert_eq!(
            fs::read(folder.keys()).unwrap(),
            fs::read(folder.keys_copy()).unwrap()
        );
    }
    assert_eq!(fs::read_dir(folder.quarantine()).unwrap().count(), 2);
}

#[test]
fn a_missing_a_foreign_and_a_damaged_key_are_three_different_answers() {
    let (_dir, folder) = folder();
    Keys::create(&folder).unwrap();
    let key = fs::read(folder.key_file()).unwrap();

    fs::remove_file(folder.key_file()).unwrap();
    assert!(matches!(Keys::unlock(&folder), Err(StoreError::KeyMissing)));
    fs::write(folder.key_file(), [9; 32]).unwrap();
    assert!(matches!(
        Keys::unlock(&folder),
        Err(StoreError::KeyDoesNotFit)
    ));

    fs::write(folder.key_file(), key).unwrap();
    fs::write(folder.keys(), b"").unwrap();
    fs::write(folder.keys_copy(), b"").unwrap();
    assert!(matches!(
        Keys::unlock(&folder),
        Err(StoreError::KeysDamaged)
    ));
}
