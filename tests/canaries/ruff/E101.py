if True:
    	y = 1
