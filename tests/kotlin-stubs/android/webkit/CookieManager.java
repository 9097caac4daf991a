package android.webkit;

public abstract class CookieManager {
    public static native CookieManager getInstance();
    public abstract String getCookie(String url);
}
