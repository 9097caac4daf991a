package android.webkit;

public abstract class WebSettings {
    public abstract void setJavaScriptEnabled(boolean flag);
    public abstract boolean getJavaScriptEnabled();
    public abstract void setDomStorageEnabled(boolean flag);
    public abstract boolean getDomStorageEnabled();
    public abstract void setGeolocationEnabled(boolean flag);
    public abstract void setDatabaseEnabled(boolean flag);
    public abstract boolean getDatabaseEnabled();
    public abstract void setMediaPlaybackRequiresUserGesture(boolean require);
    public abstract boolean getMediaPlaybackRequiresUserGesture();
    public abstract void setJavaScriptCanOpenWindowsAutomatically(boolean flag);
    public abstract boolean getJavaScriptCanOpenWindowsAutomatically();
    public abstract void setTextZoom(int textZoom);
    public abstract int getTextZoom();
}
