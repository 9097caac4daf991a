package android.util;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;

public class AtomicFile {
    public AtomicFile(File baseName) { }
    public native byte[] readFully() throws IOException;
    public native FileOutputStream startWrite() throws IOException;
    public native void finishWrite(FileOutputStream str);
    public native void failWrite(FileOutputStream str);
    public native void delete();
}
