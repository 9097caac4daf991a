package android;

public final class R {
    public static final class drawable {
        public static final int ic_media_play = 17301540;
        public static final int ic_media_pause = 17301539;
        public static final int ic_menu_close_clear_cancel = 17301560;
    }
}
