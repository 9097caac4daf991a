use undersong_tests::window::Home;
#[test]
fn harness() {
    let home = Home::new(vec![]).unwrap();
    let w = home.open("harness", &[]).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    println!("{}", w.text().unwrap());
    println!("{:?}", w.run_until_done("const d = arguments[0]; window.__TAURI_INTERNALS__.invoke('notices').then(d, (e) => d(['err', e]))", &serde_json::json!([])));
    println!("{:?}", w.run_until_done("const d = arguments[0]; window.__TAURI_INTERNALS__.invoke('plugin:event|emit', {}).then(d, (e) => d(['err', e]))", &serde_json::json!([])));
    println!(
        "{:?} {:?}",
        w.program_id(),
        w.run("return location.href", &serde_json::json!([]))
    );
    w.resize(390, 844).unwrap();
    w.keep_picture("harness").unwrap();
    w.press("button", "Nothing here yet").unwrap();
}
